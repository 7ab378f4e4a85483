/** A date as a field of the type `datetime-local` wants it: local time, to the minute. */
export const localTime = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
