import type { Clock } from '@longwire/domain';
import {
  describeBusContract,
  describeCredentialStoreContract,
  describeEventLogContract,
  describeExpressStoreContract,
  describeIdempotencyStoreContract,
  describeLeaseStoreContract,
  describeNodeDirectoryContract,
  describePresenceStoreContract,
  describeRoomDirectoryContract,
  fakeClock,
} from '@longwire/testkit';
import type { ContractSubject } from '@longwire/testkit';
import {
  createMemoryBus,
  createMemoryCredentialStore,
  createMemoryEventLog,
  createMemoryIdempotencyStore,
  createMemoryLeaseStore,
  createMemoryNodeDirectory,
  createMemoryPresenceStore,
  createMemoryRoomDirectory,
  openSqliteExpressStore,
} from './index.ts';

/** A subject on a fake clock; within one process the peer is the port itself. */
function subjectOf<Port>(create: (clock: Clock) => Port, stop: (port: Port) => void = () => {}) {
  const clock = fakeClock();
  const port = create(clock);
  const subject: ContractSubject<Port> = {
    port,
    peer: port,
    elapse: (ms) => clock.advanceAsync(ms),
    close: () => Promise.resolve(stop(port)),
  };
  return Promise.resolve(subject);
}

const name = 'memory';
describeLeaseStoreContract({ name, open: () => subjectOf((clock) => createMemoryLeaseStore({ clock })) });
describeRoomDirectoryContract({ name, open: () => subjectOf(() => createMemoryRoomDirectory()) });
describeCredentialStoreContract({ name, open: () => subjectOf(() => createMemoryCredentialStore()) });
describeIdempotencyStoreContract({ name, open: () => subjectOf((clock) => createMemoryIdempotencyStore({ clock })) });
describeNodeDirectoryContract({ name, open: () => subjectOf((clock) => createMemoryNodeDirectory({ clock })) });
describeEventLogContract({
  name,
  open: ({ maxEvents }) => subjectOf((clock) => createMemoryEventLog({ clock, maxEvents })),
});
describePresenceStoreContract({
  name,
  open: ({ leaveGraceMs }) => subjectOf((clock) => createMemoryPresenceStore({ clock, leaveGraceMs })),
});
describeExpressStoreContract({
  name: 'SQLite',
  open: ({ maxPending }) =>
    subjectOf(
      (clock) => openSqliteExpressStore({ path: ':memory:', clock, maxPending }),
      (store) => store.close(),
    ),
});
describeBusContract({ name, open: () => subjectOf(() => createMemoryBus()) });
