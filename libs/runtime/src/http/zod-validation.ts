import { AppError } from '@longwire/domain';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Checks a part of a request against its zod schema; what does not fit becomes `invalid-request` naming the field. */
export const zodValidatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: invalidRequest(result.error, httpPart ?? 'request') };
  };
};

/**
 * Turns the first fault of a failed parse into an error whose field reads as the caller wrote it: `target.userIds[2]`.
 */
export function invalidRequest(error: z.ZodError, whole: string): AppError {
  const [first] = error.issues;
  if (first === undefined) return new AppError('invalid-request', `The ${whole} is not valid`, { cause: error });
  const { path, message } = describe(first, first.path);
  const field = formatPath(path) || whole;
  return new AppError('invalid-request', `${field}: ${message}`, { field, cause: error });
}

interface Fault {
  readonly path: Path;
  readonly message: string;
}

function describe(issue: Issue, path: Path): Fault {
  if (issue.code === 'unrecognized_keys')
    return { path: [...path, issue.keys[0] ?? ''], message: 'is not a known field' };
  if (issue.code === 'invalid_union')
    return describeUnion(issue.errors, path) ?? { path, message: plain(issue.message) };
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    const [inner] = issue.issues;
    return { path, message: plain(inner?.message ?? issue.message) };
  }
  return { path, message: plain(issue.message) };
}

/** Of the alternatives of a union, the one that got furthest says best what the caller meant. */
function describeUnion(alternatives: readonly (readonly Issue[])[], path: Path): Fault | undefined {
  const faults = alternatives.flatMap(([first]) =>
    first === undefined ? [] : [describe(first, [...path, ...first.path])],
  );
  return faults.toSorted((a, b) => b.path.length - a.path.length)[0];
}

function plain(message: string): string {
  return message.replace(/^Invalid input: /, '');
}

function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
