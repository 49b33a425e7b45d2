import type { Credential, CredentialStore } from '@longwire/domain';
import { credentialKeys } from './keys.ts';
import { luaScript } from './lua-script.ts';
import type { RedisConnection } from './redis-connection.ts';

const putCredential = luaScript('put-credential');
const removeCredential = luaScript('remove-credential');
const [byHashKey] = credentialKeys;

const decode = (text: unknown): Credential => JSON.parse(String(text)) as Credential;

/** A CredentialStore in Redis. */
export function createRedisCredentialStore({ commands }: RedisConnection): CredentialStore {
  return {
    async put(keyHash, credential) {
      await commands.script(putCredential, credentialKeys, [keyHash, credential.keyId, JSON.stringify(credential)]);
    },
    async find(keyHash) {
      const text = await commands.call('HGET', byHashKey, keyHash);
      return text === null ? undefined : decode(text);
    },
    async list() {
      return ((await commands.call('HVALS', byHashKey)) as string[]).map(decode);
    },
    async remove(keyId) {
      return (await commands.script(removeCredential, credentialKeys, [keyId])) === 1;
    },
  };
}
