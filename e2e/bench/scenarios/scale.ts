/** How large and how long: the full sizes are those of the goals, the quick ones show that all of it works. */
export interface Scale {
  readonly viewers: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly barrageSeconds: number;
  readonly expressIdleSeconds: number;
  readonly bytesSeconds: number;
  readonly idleConnections: number;
  readonly quietSeconds: number;
  readonly users: number;
  readonly userPushSeconds: number;
  readonly growthViewers: readonly [number, number, number];
  readonly growthRooms: readonly [number, number];
  readonly heavyViewers: number;
  readonly heavySeconds: number;
  readonly planSeconds: number;
  /** Peers of the fan-out; undefined takes all. */
  readonly fanOutPeers?: readonly string[];
}

export const QUICK: Scale = {
  viewers: 1500,
  rounds: 2,
  roundSeconds: 1,
  barrageSeconds: 5,
  expressIdleSeconds: 4,
  bytesSeconds: 3,
  idleConnections: 1500,
  quietSeconds: 4,
  users: 50,
  userPushSeconds: 3,
  growthViewers: [300, 1000, 2000],
  growthRooms: [10, 200],
  heavyViewers: 3000,
  heavySeconds: 5,
  planSeconds: 4,
};

/** What the regression gate can afford: as small, but longer, with the one peer that its ratios are held against. */
export const GATE: Scale = { ...QUICK, rounds: 3, roundSeconds: 2, bytesSeconds: 4, fanOutPeers: ['floor'] };

/** Files of an access process that are not connections of the growth scenario's largest room. */
const GROWTH_OTHERS = 7500;

/** The sizes of the goals, cut to what this machine's limit of open files lets one process hold. */
export function fullScale(openFiles: number): Scale {
  return {
    viewers: 5000,
    rounds: 5,
    roundSeconds: 4,
    barrageSeconds: 30,
    expressIdleSeconds: 20,
    bytesSeconds: 15,
    idleConnections: Math.min(15_000, openFiles - 1000),
    quietSeconds: 30,
    users: 100,
    userPushSeconds: 10,
    growthViewers: [1000, 5000, Math.min(15_000, openFiles - GROWTH_OTHERS)],
    growthRooms: [10, 1000],
    heavyViewers: Math.min(15_000, openFiles - 1000),
    heavySeconds: 60,
    planSeconds: 10,
  };
}
