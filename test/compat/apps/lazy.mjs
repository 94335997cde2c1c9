import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { exercise, options } from './exercise.cjs';
import * as own from './lazily-set.mjs';

/** @type {(typeof own)[]} */
const modules = [own, await import(String('lazy-dependency'))];
/** @type {{ work(): string }} */
const { work } = await import(String('other-sdk'));

// `import-in-the-middle` looks for late assignments for 60 ms.
await sleep(100);
for (const module of modules) {
  module.init();
  console.log(module.ready, module.Widget && new module.Widget().greet());
}
console.log(work());
await exercise('lazy', new OpenAI(options));
