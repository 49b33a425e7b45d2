import { test } from 'node:test';

/** What a contract is run on: a fresh, empty port, and a second way to the same data. */
export interface ContractSubject<Port> {
  readonly port: Port;
  /** The same data as another process would reach it; for adapters within one process the port itself. */
  readonly peer: Port;
  /** Lets `ms` pass by the clock that the port goes by: moves a fake one, or waits for the server's. */
  readonly elapse: (ms: number) => Promise<void>;
  close(): Promise<void>;
}

/** One adapter of a port, as its contract suite meets it. `needs` are what a case asks the adapter to be opened with. */
export interface Contract<Port, Needs = void> {
  /** Names the adapter in the report: `memory`, `Redis`. */
  readonly name: string;
  open(needs: Needs): Promise<ContractSubject<Port>>;
}

export type ContractCase<Port> = (port: Port, subject: ContractSubject<Port>) => Promise<void>;

/** Returns a function that declares one test on a subject of its own, closed at the end whatever happens. */
export function contractCases<Port, Needs>(
  contract: Contract<Port, Needs>,
  needs: Needs,
): (title: string, body: ContractCase<Port>, otherNeeds?: Needs) => void {
  return (title, body, otherNeeds = needs) => {
    void test(title, async () => {
      const subject = await contract.open(otherNeeds);
      try {
        await body(subject.port, subject);
      } finally {
        await subject.close();
      }
    });
  };
}
