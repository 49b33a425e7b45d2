/** What a number is to reach. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export type Verdict =
  | 'reached'
  | 'missed'
  /** Measured, but there is no goal for it. */
  | 'info'
  /** What it needs is not built, or not on this machine. */
  | 'absent';

/** Judges one number. NaN, which is what a run without samples gives, never passes. */
export function judge(value: number | undefined, goal: Goal | undefined): Verdict {
  if (value === undefined) return 'absent';
  if (goal === undefined) return 'info';
  return ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast) ? 'reached' : 'missed';
}

/** `<= 1.35`, `>= 4000`. */
export function describeGoal(goal: Goal | undefined): string {
  if (goal === undefined) return '';
  return 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
}
