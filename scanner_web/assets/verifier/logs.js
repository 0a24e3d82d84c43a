// The logs of a bundle: verified checkpoints, consistent with the newest, and the times that they prove.
import { earliest, latest, need } from './encoding.js';
import { verifyConsistency } from './merkle.js';
import { openPoint } from './notes.js';
import { ABSENT, NOTED, PASSED, failure, step } from './steps.js';

/**
 * The verified checkpoints of one log and the times that they prove. A witness that has seen a larger tree has seen
 * every smaller one before: where its times say otherwise, each counts for no more than both allow.
 */
class LogTimes {
  constructor(newest, older, before) {
    this.newest = newest;
    this.before = before;
    this.points = [newest, ...older].sort((left, right) =>
      left.size < right.size ? -1 : left.size > right.size ? 1 : 0);
    const by = carried(this.points, latest), since = carried([...this.points].reverse(), earliest).reverse();
    this.by = by.map((times) => latest([...times.values()]));
    this.from = since.map((times) => earliest([...times.values()]));
    this.contradicting = by.some((times, at) =>
      [...times].some(([name, when]) => when !== this.points[at].times.get(name)));
  }

  existedBy(index) {
    return earliest(this.by.filter((_, at) => this.points[at].size > index));
  }

  loggedAfter(index) {
    return latest(this.from.filter((_, at) => this.points[at].size <= index));
  }

  point(size) {
    const at = this.points.map((one) => one.size).lastIndexOf(BigInt(size));
    return at < 0 ? undefined : { rootText: this.points[at].rootText, signedFrom: this.from[at] };
  }
}

/** The times of each point, by the `end` of a witness's times up to there, in this order. */
function carried(points, end) {
  let size = null, known = new Map();
  const next = new Map();
  return points.map((point) => {
    if (point.size !== size) known = new Map(next); // of one size: cosigned again, in whatever order
    size = point.size;
    const times = new Map();
    for (const [name, when] of point.times) {
      times.set(name, known.has(name) ? end([when, known.get(name)]) : when);
      next.set(name, next.has(name) ? end([when, next.get(name)]) : when);
    }
    return times;
  });
}

/** Open all checkpoints, then check consistency; a failure ends everything: null. */
export async function openLogs(bundle, policies, steps) {
  const opened = [], logs = [];
  try {
    for (const { checkpoint, earlier, before } of bundle.logs) {
      const newest = await openPoint(checkpoint, policies), older = [];
      for (const one of earlier) older.push([await openPoint(one.checkpoint, policies), one.consistency]);
      const point = before && (await openPoint(before.checkpoint, policies));
      if (point) older.push([point, before.consistency]);
      opened.push({ newest, older, before: point });
    }
    need(
      new Set(opened.map(({ newest }) => newest.origin)).size === opened.length, 'quorum-not-met', 'origin-repeated',
    );
  } catch (refusal) {
    steps.push(failure('checkpoints', refusal));
    return null;
  }
  steps.push(step('checkpoints', PASSED));
  try {
    for (const { newest, older, before } of opened) {
      for (const [point, proof] of older) {
        need(point.origin === newest.origin, 'proof-invalid', 'other-origin');
        await verifyConsistency(point.size, newest.size, point.root, newest.root, proof);
      }
      logs.push(new LogTimes(newest, older.map(([point]) => point), before));
    }
  } catch (refusal) {
    steps.push(failure('consistency', refusal));
    return null;
  }
  steps.push(logs.some(({ contradicting }) => contradicting)
    ? step('consistency', NOTED, 'times-contradict')
    : logs.every(({ before }) => before)
      ? step('consistency', PASSED)
      : step('consistency', ABSENT, 'no-checkpoint-before'));
  return logs;
}
