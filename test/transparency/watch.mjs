/** Records the effects of a case on its process: unhandled rejections, warnings, exceptions and console output. */

import { chain, picture } from './picture.mjs';

const CONSOLE_METHODS = /** @type {const} */ (['debug', 'error', 'info', 'log', 'warn']);

/** @returns {{ take: () => import('./picture.mjs').Picture[] }} */
export function watchProcess() {
  /** @type {import('./picture.mjs').Picture[]} */
  let events = [];
  /** @param {string} event @param {...unknown} details */
  const record = (event, ...details) => events.push([event, ...details.map((detail) => picture(detail))]);

  process.on('unhandledRejection', (reason, promise) => record('unhandledRejection', reason, chain(promise)));
  process.on('rejectionHandled', (promise) => record('rejectionHandled', chain(promise)));
  process.on('uncaughtException', (error) => record('uncaughtException', error));
  process.on('warning', (warning) => record('warning', warning));
  for (const method of CONSOLE_METHODS) console[method] = (...args) => record(`console.${method}`, ...args);

  return {
    take() {
      const taken = events;
      events = [];
      return taken;
    },
  };
}
