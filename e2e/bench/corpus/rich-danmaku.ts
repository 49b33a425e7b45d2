import { idDigits } from './barrage.ts';
import type { Barrage } from './barrage.ts';
import { medalColor, userOf } from './rich-person.ts';
import type { Person } from './crowd.ts';
import { EMOTES } from './vocabulary.ts';

/** A line of barrage: positional arrays, the same person said three ways, and JSON within JSON; about 2.2 KB. */
export function richDanmaku(barrage: Barrage): object {
  const { n, person, line, atMs, nonce } = barrage;
  const hash = person.userHash.toString(16);
  const tail = ['', 0, '{}', '{}'];
  const head = [0, 1, 25, person.color, atMs, Number(idDigits(barrage, 9)), 0, hash, 0, 0, 0, ...tail];
  const extended = { extra: JSON.stringify(extraOf(barrage)), mode: 0, show_player_type: 0, user: userOf(person) };
  const activity = { activity_identity: '', activity_source: 0, not_show: 0 };
  const stamp = { ct: nonce.slice(0, 8).toUpperCase(), ts: Math.floor(atMs / 1000) };
  const who = [person.userId, person.name, 0, 0, 0, 10_000, 1, ''];
  const level = [person.level, 0, 9_868_950, '>50000', 0];
  const counts = [0, 0, null, null, 0, 100 + (person.userHash % 900), [person.wealth], null];
  const info = [
    [...head, extended, activity, 0],
    line.text,
    who,
    badgeOf(person),
    level,
    ['', ''],
    0,
    person.guardLevel,
    null,
    stamp,
    ...counts,
  ];
  return { cmd: 'DANMU_MSG', n, dm_v2: '', info };
}

function badgeOf({ medal, guardLevel }: Person): readonly unknown[] {
  if (medal === null) return [];
  const color = medalColor(medal);
  const lit = medal.isLit ? 1 : 0;
  const { level, name, anchorName, roomId, anchorId } = medal;
  return [level, name, anchorName, roomId, color, '', 0, color, color, color, guardLevel, lit, anchorId];
}

function extraOf({ person, line, nonce }: Barrage): object {
  return {
    send_from_me: false,
    master_player_hidden: false,
    mode: 0,
    color: person.color,
    dm_type: 0,
    font_size: 25,
    player_mode: 1,
    show_player_type: 0,
    content: line.text,
    user_hash: String(person.userHash),
    emoticon_unique: '',
    bulge_display: 0,
    recommend_score: person.userHash % 10,
    main_state_dm_color: '',
    objective_state_dm_color: '',
    direction: 0,
    pk_direction: 0,
    quartet_direction: 0,
    anniversary_crowd: 0,
    yeah_space_type: '',
    yeah_space_url: '',
    jump_to_url: '',
    space_type: '',
    space_url: '',
    animation: {},
    emots: line.emote === null ? null : emoteOf(line.emote),
    is_audited: false,
    id_str: nonce,
    icon: null,
    show_reply: true,
    reply_mid: 0,
    reply_uname: '',
    reply_uname_color: '',
    reply_is_mystery: false,
    reply_type_enum: 0,
    hit_combo: 0,
    esports_jump_url: '',
  };
}

function emoteOf(index: number): object {
  const name = `[${EMOTES[index] ?? ''}]`;
  const url = `https://img0.example.test/emote/${index.toString().padStart(4, '0')}.png`;
  return { [name]: { count: 1, descript: name, emoji: name, emoticon_id: 200 + index, height: 20, url, width: 20 } };
}
