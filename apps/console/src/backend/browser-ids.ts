import { parseId } from '@longwire/domain';
import { z } from 'zod';

/** An id as the page sends it. */
export const idSchema = z
  .string()
  .refine((value) => parseId(value) !== undefined, 'must be 1 to 64 of A-Z a-z 0-9 _ . : -');
