/** Something that ends, by force when it is still there after so long. */
export interface Stoppable {
  stop(withinMs: number): Promise<void>;
}

/**
 * Stops the groups one after the other, the last one first, what is in a group together. All of them share the time: one that
 * takes all of it leaves none to the others, which then end by force at once.
 */
export async function stopInOrder(
  groups: readonly (readonly Stoppable[])[],
  withinMs: number,
  nowMs: () => number,
): Promise<void> {
  const endsAtMs = nowMs() + withinMs;
  for (const group of groups.toReversed()) {
    await Promise.all(group.map((each) => each.stop(Math.max(0, endsAtMs - nowMs()))));
  }
}
