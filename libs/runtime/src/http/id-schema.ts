import type { Branded } from '@longwire/domain';
import { parseId } from '@longwire/domain';
import { z } from 'zod';

type AnyId = NonNullable<ReturnType<typeof parseId>>;

const ID_RULE = 'must be 1 to 64 of A-Z a-z 0-9 _ . : - (a whole number will do)';

/** An id in a request, checked and branded: a string of the id alphabet; a whole number is turned into its string. */
export function idSchema<Id extends AnyId & Branded<string>>() {
  return z
    .union([z.string(), z.number()], ID_RULE)
    .transform((value, context): Id => {
      const id = parseId<Id>(value);
      if (id !== undefined) return id;
      context.addIssue({ code: 'custom', message: ID_RULE });
      return z.NEVER;
    })
    .meta({ description: 'Id: `[A-Za-z0-9_.:-]{1,64}`; whole numbers are turned into strings.' });
}
