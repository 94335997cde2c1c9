import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** @import { ServerResponse } from 'node:http' */
/** @import { Received } from './index.mjs' */
/** @import { Reply } from './reply.mjs' */

/** Long enough for a client to read what was sent: an error on its connection discards what it has not read yet. */
const BEFORE_DROP_MS = 20;

/**
 * Sends a reply and notes in `received` how that ended.
 *
 * @param {ServerResponse} res
 * @param {Reply} reply
 * @param {Received} received
 */
export async function deliver(res, reply, received) {
  const gone = new AbortController();
  let dropped = false;
  res.once('finish', () => {
    received.finished = true;
  });
  res.once('close', () => {
    received.aborted = !received.finished && !dropped;
    received.over = true;
    gone.abort();
  });
  try {
    await send(res, reply, gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    return;
  }
  if (reply.ending === 'drop' || reply.ending === 'refuse') {
    dropped = true;
    res.destroy();
  }
}

/**
 * @param {ServerResponse} res
 * @param {Reply} reply
 * @param {AbortSignal} signal
 */
async function send(res, { status, headers, parts, encoding, delayMs = 0, betweenMs = 0, ending = 'end' }, signal) {
  await pause(delayMs, signal);
  if (ending === 'refuse') return;
  res.sendDate = false;
  res.writeHead(status, headers).flushHeaders();
  for (const [index, part] of parts.entries()) {
    if (index > 0) await pause(betweenMs, signal);
    if (!res.write(part, encoding ?? 'utf8')) await once(res, 'drain', { signal });
  }
  if (ending === 'end') res.end();
  if (ending === 'drop') await pause(BEFORE_DROP_MS, signal);
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 */
async function pause(ms, signal) {
  if (ms > 0) await sleep(ms, undefined, { signal, ref: false });
}
