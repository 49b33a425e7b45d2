import { requireScope } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type { Credential, ExpressStore, MessageId, MessageReport } from '@longwire/domain';

/** How far a message with `ack:true` has come. Throws AppError `unknown-message` for others and for long past ones. */
export async function messageStatus(
  store: ExpressStore,
  credential: Credential,
  messageId: MessageId,
): Promise<MessageReport> {
  requireScope(credential, 'read');
  const report = await store.report(messageId);
  if (report === undefined) {
    throw new AppError('unknown-message', 'Only messages with ack:true are known, up to 24 h after their ttl');
  }
  return report;
}
