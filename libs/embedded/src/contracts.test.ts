import type { Clock } from '@longwire/domain';
import {
  describeBusContract,
  describeCredentialStoreContract,
  describeEventCursorsContract,
  describeEventLogContract,
  describeExpressLogContract,
  describeIdempotencyStoreContract,
  describeLeaseStoreContract,
  describeMessageReportsContract,
  describeNodeDirectoryContract,
  describePresenceStoreContract,
  describeRoomDirectoryContract,
  fakeClock,
} from '@longwire/testkit';
import type { ContractSubject } from '@longwire/testkit';
import {
  createMemoryBus,
  createMemoryCredentialStore,
  createMemoryEventCursors,
  createMemoryEventLog,
  createMemoryIdempotencyStore,
  createMemoryLeaseStore,
  createMemoryNodeDirectory,
  createMemoryPresenceStore,
  createMemoryRoomDirectory,
  openSqliteExpressLog,
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
describeEventCursorsContract({ name, open: () => subjectOf(() => createMemoryEventCursors()) });
describeEventLogContract({
  name,
  open: ({ maxEvents }) => subjectOf((clock) => createMemoryEventLog({ clock, maxEvents })),
});
describePresenceStoreContract({
  name,
  open: (needs) => subjectOf((clock) => createMemoryPresenceStore({ clock, ...needs })),
});
describeExpressLogContract({
  name: 'SQLite',
  open: ({ maxEntries }) =>
    subjectOf(
      (clock) => openSqliteExpressLog({ path: ':memory:', clock, maxEntries }),
      (log) => log.close(),
    ),
});
describeMessageReportsContract({
  name: 'SQLite',
  open: () => subjectOf((clock) => openSqliteExpressLog({ path: ':memory:', clock }).reports),
});
describeBusContract({ name, open: () => subjectOf(() => createMemoryBus()) });
