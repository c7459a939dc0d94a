/**
 * pouchdb-find indexes a missing member as null, so that `$lt` finds documents without the member. CouchDB does not
 * find them: a condition on a missing member never holds, but `$exists: false`. The difference is mended by asking
 * for existence wherever a condition has no lower bound above null.
 */
const COMPARISONS = new Set(['$lt', '$lte', '$gt', '$gte', '$eq']);

/** The selector with CouchDB's meaning under pouchdb-find. */
export function withCouchExistence(selector: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(selector).map(([member, condition]) => [member, conditionOn(member, condition)]),
  );
}

function conditionOn(member: string, condition: unknown): unknown {
  if (member.startsWith('$')) return combined(condition);
  if (condition === null) return { $eq: null, $exists: true };
  if (!isRecord(condition)) return condition;
  const operators = Object.keys(condition);
  if (!operators.every((operator) => operator.startsWith('$'))) return withCouchExistence(condition);
  if (asksAboveNull(condition)) return aboveNull(condition);
  const compares = operators.some((operator) => COMPARISONS.has(operator));
  if (!compares || '$exists' in condition || excludesNull(condition)) return condition;
  return { ...condition, $exists: true };
}

function asksAboveNull({ $gt }: Record<string, unknown>): boolean {
  return $gt === null;
}

/** `$gt: null` makes pouchdb-find fail on rows whose key is null. `false` is what comes next in the collation. */
function aboveNull({ $gt: _null, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { $gte: false, ...rest };
}

/** The selectors inside `$and`, `$or`, `$nor`, `$not`; operands of anything else stay as they are. */
function combined(operand: unknown): unknown {
  if (Array.isArray(operand)) return operand.map((each: unknown) => (isRecord(each) ? withCouchExistence(each) : each));
  return isRecord(operand) ? withCouchExistence(operand) : operand;
}

function excludesNull({ $gt, $gte, $eq }: Record<string, unknown>): boolean {
  return $gt !== undefined || ($gte ?? null) !== null || ($eq ?? null) !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
