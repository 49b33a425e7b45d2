import type { Medal, Person } from './crowd.ts';

const FRAMES = ['#5C968E', '#5D7B9E', '#8D7CA6', '#BE6686', '#C0A24C', '#58A1F8', '#D47AFF', '#FF8A5C'] as const;

/** Colour of a medal: every four levels have their own. */
export function medalColor(medal: Medal): number {
  return Number.parseInt(medalFrame(medal).slice(1), 16);
}

function medalFrame(medal: Medal): string {
  return medal.isLit ? (FRAMES[(medal.level >> 2) % FRAMES.length] ?? FRAMES[0]) : '#919298';
}

export function faceUrl(person: Person): string {
  return `https://img${person.userId % 3}.example.test/face/${person.faceHash}.jpg`;
}

/** A person as the newest generation of such messages says it. */
export function userOf(person: Person): object {
  const face = faceUrl(person);
  return {
    base: {
      face,
      is_mystery: false,
      name: person.name,
      name_color: 0,
      name_color_str: person.guardLevel > 0 ? '#00D1F1' : '',
      official_info: { desc: '', role: 0, title: '', type: -1 },
      origin_info: { face, name: person.name },
      risk_ctrl_info: null,
    },
    guard: { expired_str: '', level: person.guardLevel },
    guard_leader: { is_guard_leader: false },
    medal: person.medal === null ? null : newMedalOf(person.medal, person.guardLevel),
    title: { old_title_css_id: '', title_css_id: '' },
    uhead_frame: null,
    uid: person.userId,
    wealth: null,
  };
}

function newMedalOf(medal: Medal, guardLevel: number): object {
  const color = medalColor(medal);
  const frame = medalFrame(medal);
  return {
    color,
    color_border: color,
    color_end: color,
    color_start: color,
    guard_icon: '',
    guard_level: guardLevel,
    honor_icon: '',
    id: medal.medalId,
    is_light: medal.isLit ? 1 : 0,
    level: medal.level,
    name: medal.name,
    ruid: medal.anchorId,
    score: medal.score,
    typ: 0,
    user_receive_count: 0,
    v2_medal_color_border: `${frame}CC`,
    v2_medal_color_end: `${frame}99`,
    v2_medal_color_level: '#00000099',
    v2_medal_color_start: `${frame}99`,
    v2_medal_color_text: '#FFFFFFFF',
  };
}

/** The same medal as older messages say it. */
export function oldMedalOf({ medal, guardLevel }: Person): object {
  const color = medal === null ? 0 : medalColor(medal);
  return {
    anchor_roomid: medal?.roomId ?? 0,
    guard_level: guardLevel,
    icon_id: 0,
    is_lighted: medal?.isLit === true ? 1 : 0,
    medal_color: color,
    medal_color_border: color === 0 ? 12_632_256 : color,
    medal_color_end: color,
    medal_color_start: color,
    medal_level: medal?.level ?? 0,
    medal_name: medal?.name ?? '',
    score: medal?.score ?? 0,
    special: '',
    target_id: medal?.anchorId ?? 0,
  };
}
