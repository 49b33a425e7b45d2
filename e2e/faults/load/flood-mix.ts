/** What a room on fire is made of: of ten messages one gift, six of barrage, three likes. */
export const FLOOD_CMDS = { gift: 'SEND_GIFT', barrage: 'DANMU_MSG', like: 'LIKE_INFO_V3_CLICK' } as const;

/** The kind of the message with this number. */
export function cmdOf(number: number): string {
  const place = number % 10;
  if (place === 0) return FLOOD_CMDS.gift;
  return place < 7 ? FLOOD_CMDS.barrage : FLOOD_CMDS.like;
}
