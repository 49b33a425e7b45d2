import type { Tier, Vital } from './vital-names.ts';

/** Where one vital comes from: a metric that the process has anyway. */
export interface VitalSource {
  readonly vital: Vital;
  /** Several sources of one vital are told apart by their splits. */
  readonly metric: string;
  /** One vital for each value of this label; without it all samples are summed. */
  readonly splitBy?: string;
  /** Put before the value of the label. */
  readonly prefix?: string;
  /** Only samples whose label has one of these values. */
  readonly only?: { readonly label: string; readonly values: readonly string[] };
}

/** Everything that one tier tells; the only place that joins metrics and vitals. */
export interface TierTable {
  readonly tier: Tier;
  readonly readings: readonly VitalSource[];
  readonly histograms: readonly VitalSource[];
}
