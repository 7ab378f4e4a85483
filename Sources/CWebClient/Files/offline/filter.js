/** Email/query's filter and sort (RFC 8621 §4.4) over the rows that are kept here, as far as they can tell. */

/**
 * @param {Object|null|undefined} filter a FilterOperator or FilterCondition.
 * @returns {function(Object): boolean} whether an email's row matches.
 */
export function matcher(filter) {
  if (!filter) return () => true;
  if (filter.operator) {
    const parts = filter.conditions.map(matcher);
    if (filter.operator === 'AND') return (row) => parts.every((part) => part(row));
    if (filter.operator === 'OR') return (row) => parts.some((part) => part(row));
    return (row) => !parts.some((part) => part(row));
  }
  const parts = Object.entries(filter).map(([name, value]) => CONDITIONS[name]?.(value) ?? (() => false));
  return (row) => parts.every((part) => part(row));
}

/** Whether the rows can tell: of the names of attachments they say nothing. */
export function isKnowable(filter) {
  return filter?.operator ? filter.conditions.every(isKnowable) : !('attachmentName' in (filter ?? {}));
}

const people = (list) => (list ?? []).map(({name, email}) => `${name ?? ''} ${email}`).join(' ');
const contains = (text) => {
  const words = text.toLocaleLowerCase().split(/\s+/).map((word) => word.replace(/^"|"$|\*$/g, '')).filter(Boolean);
  return (read) => (row) => {
    const found = read(row).toLocaleLowerCase();
    return words.every((word) => found.includes(word));
  };
};
const subject = (row) => row.subject ?? '';

const CONDITIONS = {
  inMailbox: (id) => (row) => row.mailboxIds[id] === true,
  inMailboxOtherThan: (ids) => (row) => Object.keys(row.mailboxIds).some((id) => !ids.includes(id)),
  before: (date) => (row) => row.receivedAt < date,
  after: (date) => (row) => row.receivedAt >= date,
  minSize: (size) => (row) => row.size >= size,
  maxSize: (size) => (row) => row.size < size,
  hasKeyword: (keyword) => (row) => row.keywords[keyword] === true,
  notKeyword: (keyword) => (row) => !row.keywords[keyword],
  hasAttachment: (wanted) => (row) => row.hasAttachment === wanted,
  from: (text) => contains(text)((row) => people(row.from)),
  to: (text) => contains(text)((row) => people(row.to)),
  subject: (text) => contains(text)(subject),
  // Bodies are not searched here: what is found is what the list shows.
  text: (text) => contains(text)((row) => `${subject(row)} ${people(row.from)} ${people(row.to)} ${row.preview ?? ''}`),
  body: (text) => contains(text)((row) => row.preview ?? ''),
  maildropId: (id) => (row) => row.maildrop?.id === id,
};

/** @param {Array<{property: string, isAscending?: boolean}>} [sort] */
export function comparator(sort) {
  const keys = sort?.length ? sort : [{property: 'receivedAt', isAscending: false}];
  return (one, other) => {
    for (const {property, isAscending = true} of keys) {
      const [left, right] = [value(one, property), value(other, property)];
      if (left !== right) return (left < right ? -1 : 1) * (isAscending ? 1 : -1);
    }
    return one.id < other.id ? 1 : -1;
  };
}

function value(row, property) {
  if (property === 'from' || property === 'to') return (row[property]?.[0]?.name || row[property]?.[0]?.email || '').toLocaleLowerCase();
  if (property === 'subject') return subject(row).toLocaleLowerCase();
  if (property === 'size') return row.size;
  return row.receivedAt;
}
