import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { Addressee, DeviceId, Route, UserId } from '@longwire/domain';
import { settle } from '@longwire/testkit';
import { RouteResolver } from './route-resolver.ts';

const user = (id: string): Addressee => ({ kind: 'user', id: trustedId<UserId>(id) });
const device = (id: string): Addressee => ({ kind: 'device', id: trustedId<DeviceId>(id) });

function route(connectionId: string, userId: string | null, deviceId: string): Route {
  return {
    connectionId: trustedId(connectionId),
    nodeId: trustedId('access-1'),
    userId: userId === null ? null : trustedId(userId),
    deviceId: trustedId(deviceId),
  };
}

function open(routes: readonly Route[] = []) {
  const calls: string[] = [];
  const resolver = new RouteResolver({
    logic: {
      routesOfUsers: (ids) => {
        calls.push(`users ${ids.join(' ')}`);
        return Promise.resolve(routes.filter((found) => found.userId !== null && ids.includes(found.userId)));
      },
      routesOfDevices: (ids) => {
        calls.push(`devices ${ids.join(' ')}`);
        return Promise.resolve(routes.filter((found) => ids.includes(found.deviceId)));
      },
    },
    onCall: () => undefined,
  });
  return { resolver, calls };
}

test('what is asked in one turn is asked together, the next turn anew', async () => {
  const { resolver, calls } = open();
  const first = resolver.routesOf([user('1'), user('2')]);
  const second = resolver.routesOf([user('2'), device('d1')]);
  await Promise.all([first, second]);
  assert.deepEqual(calls, ['users 1 2', 'devices d1']);
  await resolver.routesOf([user('1')]);
  assert.deepEqual(calls, ['users 1 2', 'devices d1', 'users 1']);
});

test('a user with several connections has all of them, and a device of the same name is not a user', async () => {
  const { resolver } = open([route('c1', '1', 'd1'), route('c2', '1', 'd2'), route('c3', null, '1')]);
  const routes = await resolver.routesOf([user('1'), device('1'), device('d2')]);
  const connections = (key: string): unknown => routes.get(key)?.map((found) => found.connectionId);
  assert.deepEqual(connections('user:1'), ['c1', 'c2']);
  assert.deepEqual(connections('device:1'), ['c3']);
  assert.deepEqual(connections('device:d2'), ['c2']);
  assert.equal(connections('user:2'), undefined);
});

test('a look-up that fails fails for all who asked in that turn, and the next one is asked anew', async () => {
  let isAway = true;
  const ask = () =>
    isAway ? Promise.reject(new AppError('peer-unavailable', 'away')) : Promise.resolve<readonly Route[]>([]);
  const resolver = new RouteResolver({
    logic: { routesOfUsers: ask, routesOfDevices: ask },
    onCall: () => undefined,
  });
  const outcomes = await Promise.allSettled([resolver.routesOf([user('1')]), resolver.routesOf([user('2')])]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['rejected', 'rejected'],
  );
  isAway = false;
  await settle();
  assert.equal((await resolver.routesOf([user('1')])).size, 0);
});
