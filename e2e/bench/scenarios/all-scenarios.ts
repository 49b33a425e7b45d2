import { barrage } from './barrage.ts';
import { broadcast } from './broadcast.ts';
import { bytes } from './bytes.ts';
import { connections } from './connections.ts';
import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { heavy } from './heavy.ts';
import type { Scenario } from './lab.ts';
import { plan } from './plan.ts';
import { quietRooms } from './quiet-rooms.ts';
import { userPush } from './user-push.ts';

/** In the order they run: the one that needs a system that has done nothing yet comes first. */
export const SCENARIOS: readonly Scenario[] = [
  connections,
  fanOut,
  barrage,
  quietRooms,
  bytes,
  userPush,
  broadcast,
  growth,
  heavy,
  plan,
];
