/** How good the way to the server has been since the client began. */
export interface LinkQuality {
  /** Of the last connection, as all that is not counted. */
  nodeId: string | null;
  /** From the dial to the accepted auth. */
  connectMs: number | null;
  /** Of heartbeats, smoothed over about eight. */
  rttMs: number | null;
  connects: number;
  /** Live connections that were lost. */
  disconnects: number;
  failedDials: number;
  messages: number;
  /** Messages known to be gone for good. */
  missed: number;
  /** Bodies that made no sense. */
  badFrames: number;
}

const SMOOTHING = 8;

/** A client's counts before anything happened; whoever sees something happen counts it here. */
export function emptyStats(): LinkQuality {
  return {
    nodeId: null,
    connectMs: null,
    rttMs: null,
    connects: 0,
    disconnects: 0,
    failedDials: 0,
    messages: 0,
    missed: 0,
    badFrames: 0,
  };
}

export function noteRtt(stats: LinkQuality, rttMs: number): void {
  const before = stats.rttMs ?? rttMs;
  stats.rttMs = before + (rttMs - before) / SMOOTHING;
}
