import { after, before, describe, test } from 'node:test';
import { webSocketTransport } from '@longwire/client';
import { tcpTransport } from '@longwire/client/node';
import { chromiumPlatform } from './client-suite/chromium-driver.ts';
import { deviceStories } from './client-suite/device-stories.ts';
import { compressionStories, floodStory } from './client-suite/hostile-stories.ts';
import { linkStories } from './client-suite/link-stories.ts';
import { nodePlatform } from './client-suite/node-driver.ts';
import { nodeStories } from './client-suite/node-stories.ts';
import { Stage } from './client-suite/stage.ts';
import { perform } from './client-suite/story.ts';
import type { Story } from './client-suite/story.ts';

const platforms = [
  nodePlatform('in Node', { transport: webSocketTransport }),
  nodePlatform('in Node over TCP', { transport: tcpTransport }),
  await chromiumPlatform('in Chromium'),
];
/** Stories that wait most of their time: together they take as long as the longest. */
const AT_ONCE = 8;

describe('the client library against a cluster', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open(platforms);
  });
  after(() => stage?.close());

  const tell = (stories: readonly Story[]): void => {
    for (const story of stories) {
      for (const platform of platforms) {
        test(`${platform.name}: ${story.title}`, { skip: platform.skip }, () => perform(stage, platform, story));
      }
    }
  };

  describe('side by side', { concurrency: AT_ONCE }, () =>
    tell([...deviceStories, ...linkStories, ...compressionStories]),
  );
  describe('one at a time', () => tell([floodStory, ...nodeStories]));
});
