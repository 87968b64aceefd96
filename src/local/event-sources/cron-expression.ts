/** When a schedule is due: the next time after a moment, in epoch milliseconds; undefined when there is none. */
export type NextRun = (afterMs: number) => number | undefined;

interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether a day of a month is meant; everything in UTC. */
  readonly isDay: (year: number, month: number, day: number) => boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Sunday is 1 (EventBridge user guide, "Cron expressions"). */
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTE_MS = 60_000;

/**
 * Reads a cron expression of EventBridge, `minutes hours day-of-month month day-of-week year` in UTC;
 * undefined when it is not one. Exactly one of the two day fields must be `?`.
 */
export function parseCron(text: string): NextRun | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = parseField(minute, 0, 59);
  const hours = parseField(hour, 0, 23);
  const months = parseField(month, 1, 12, MONTHS);
  const years = parseField(year, 1970, 2199);
  const isDay = dayOfWeek === '?' ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
  if (minutes === undefined || hours === undefined || months === undefined || years === undefined) return undefined;
  return isDay === undefined ? undefined : (afterMs) => nextMatch({ minutes, hours, months, years, isDay }, afterMs);
}

/** `*`, `5`, `1-5`, `0/15`, `MON-FRI` and lists of them. */
function parseField(text: string, min: number, max: number, names: readonly string[] = []): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, star, first, last, step] = match;
    const from = star === undefined ? numberOf(first, min, names) : min;
    const openEnd = star !== undefined || step !== undefined ? max : from;
    const to = last === undefined ? openEnd : numberOf(last, min, names);
    const stride = Number(step ?? 1);
    if (!(from >= min && to <= max && from <= to && stride > 0)) return undefined;
    for (let value = from; value <= to; value += stride) values.add(value);
  }
  return values;
}

function numberOf(text: string | undefined, min: number, names: readonly string[]): number {
  const index = names.indexOf((text ?? '').toUpperCase());
  return index >= 0 ? index + min : Number(text);
}

/** Numbers, `L` for the last day, `15W` for the weekday nearest to the 15th. */
function parseDayOfMonth(text: string): CronFields['isDay'] | undefined {
  if (text === 'L') return (year, month, day) => day === daysIn(year, month);
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  if (nearest !== undefined) return (year, month, day) => day === nearestWeekday(year, month, Number(nearest));
  const days = parseField(text, 1, 31);
  return days === undefined ? undefined : (_year, _month, day) => days.has(day);
}

/** Numbers and names, `6L` for the last Friday, `2#1` for the first Monday. */
function parseDayOfWeek(text: string): CronFields['isDay'] | undefined {
  const last = /^(\w+)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const wanted = numberOf(last, 1, WEEKDAYS);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day + 7 > daysIn(year, month);
  }
  const [, name, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (name !== undefined) {
    const wanted = numberOf(name, 1, WEEKDAYS);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth);
  }
  const weekdays = parseField(text, 1, 7, WEEKDAYS);
  return weekdays === undefined ? undefined : (year, month, day) => weekdays.has(weekdayOf(year, month, day));
}

function nextMatch({ minutes, hours, months, years, isDay }: CronFields, afterMs: number): number | undefined {
  const start = new Date((Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS);
  const lastYear = Math.max(...years);
  for (let date = start; date.getUTCFullYear() <= lastYear; ) {
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (!years.has(year)) date = new Date(Date.UTC(year + 1, 0, 1));
    else if (!months.has(month)) date = new Date(Date.UTC(year, month, 1));
    else if (!isDay(year, month, day)) date = new Date(Date.UTC(year, month - 1, day + 1));
    else if (!hours.has(date.getUTCHours())) date = new Date(Date.UTC(year, month - 1, day, date.getUTCHours() + 1));
    else if (!minutes.has(date.getUTCMinutes())) date = new Date(date.getTime() + MINUTE_MS);
    else return date.getTime();
  }
  return undefined;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** Never leaves the month: the 1st on a Saturday becomes Monday the 3rd. */
function nearestWeekday(year: number, month: number, day: number): number {
  const last = daysIn(year, month);
  const wanted = Math.min(day, last);
  const weekday = weekdayOf(year, month, wanted);
  if (weekday === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 1) return wanted < last ? wanted + 1 : wanted - 2;
  return wanted;
}
