import { idDigits } from './barrage.ts';
import type { Barrage } from './barrage.ts';
import { faceUrl, oldMedalOf, userOf } from './rich-person.ts';
import { GIFTS } from './vocabulary.ts';

/** Somebody came in; about 1.6 KB. */
export function richEnter(barrage: Barrage): object {
  const { n, person, atMs, roll } = barrage;
  const data = {
    contribution: { grade: 0 },
    contribution_v2: { grade: 0, rank_type: '', text: '' },
    core_user_type: 0,
    dmscore: 4 + (person.userHash % 20),
    fans_medal: oldMedalOf(person),
    group_medal: null,
    identities: [1],
    is_mystery: false,
    is_spread: 0,
    msg_type: Math.floor(roll * 100) % 10 === 0 ? 2 : 1,
    privilege_type: person.guardLevel,
    roomid: 1000,
    score: atMs + (person.medal?.score ?? 0),
    spread_desc: '',
    spread_info: '',
    tail_icon: 0,
    tail_text: '',
    timestamp: Math.floor(atMs / 1000),
    trigger_time: `${atMs}${idDigits(barrage, 6)}`,
    uid: person.userId,
    uname: person.name,
    uname_color: '',
    uinfo: userOf(person),
  };
  return { cmd: 'INTERACT_WORD', n, data };
}

/** A gift, which names its giver, its combo and its price several times; about 1.9 KB. */
export function richGift(barrage: Barrage): object {
  const { n, person, atMs, roll } = barrage;
  const index = Math.floor(roll * 1000) % GIFTS.length;
  const name = GIFTS[index] ?? GIFTS[0];
  const seconds = `${Math.floor(atMs / 1000)}.${idDigits(barrage, 4)}`;
  const combo = `gift:combo_id:${person.userId}:7000:${31_000 + index}:${seconds}`;
  const trade = `${Math.floor(atMs / 1000)}${idDigits(barrage, 12)}`;
  const price = 100 * (index + 1) ** 2;
  const gift = { gift_id: 31_000 + index, gift_name: name, gift_num: 1, uid: person.userId, uname: person.name };
  const data = {
    action: '投喂',
    batch_combo_id: `batch:${combo}`,
    batch_combo_send: {
      action: '投喂',
      batch_combo_id: `batch:${combo}`,
      batch_combo_num: 1,
      blind_gift: null,
      ...gift,
    },
    beatId: '',
    biz_source: 'live',
    broadcast_id: 0,
    coin_type: 'gold',
    combo_resources_id: 1,
    combo_send: { action: '投喂', combo_id: combo, combo_num: 1, send_master: null, ...gift },
    combo_stay_time: 5,
    combo_total_coin: price,
    crit_prob: 0,
    demarcation: 1,
    discount_price: price,
    dmscore: 30 + (person.userHash % 60),
    draw: 0,
    effect: 0,
    face: faceUrl(person),
    giftId: gift.gift_id,
    giftName: name,
    giftType: 0,
    guard_level: person.guardLevel,
    is_first: true,
    is_naming: false,
    is_special_batch: 0,
    magnification: 1,
    medal_info: oldMedalOf(person),
    num: 1,
    price,
    rcost: 164_536_872 + n,
    receive_user_info: { uid: 7000, uname: '主播' },
    rnd: trade,
    super_gift_num: 1,
    svga_block: 0,
    switch: true,
    tag_image: '',
    tid: trade,
    timestamp: Math.floor(atMs / 1000),
    total_coin: price,
    uid: person.userId,
    uname: person.name,
  };
  return { cmd: 'SEND_GIFT', n, data };
}

/** A like; about 0.6 KB. */
export function richLike({ n, person }: Barrage): object {
  const data = {
    show_area: 1,
    msg_type: 6,
    like_icon: 'https://img0.example.test/live/like.png',
    like_text: '为主播点赞了',
    uid: person.userId,
    uname: person.name,
    uname_color: '',
    identities: [1],
    fans_medal: oldMedalOf(person),
    contribution_info: { grade: 0 },
    dmscore: 20,
  };
  return { cmd: 'LIKE_INFO_V3_CLICK', n, data };
}

/** How many have watched; about 0.1 KB. */
export function richCount({ n }: Barrage): object {
  const watched = 31_200 + n;
  const short = `${(watched / 10_000).toFixed(1)}万`;
  return { cmd: 'WATCHED_CHANGE', n, data: { num: watched, text_small: short, text_large: `${short}人看过` } };
}
