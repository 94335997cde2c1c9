/** An application that uses `openai` in ordinary ways. It knows nothing of the instrumentation. */
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import OpenAI from 'openai';

const model = process.env.OPENAI_MODEL ?? 'gpt-4.1-mini';
const openai = new OpenAI();
const tracer = trace.getTracer('demo');

const place = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather = { name: 'get_weather', description: 'The weather in a city, now', parameters: place };
const clock = { name: 'get_time', description: 'The time in a city, now', parameters: place };

/** @type {OpenAI.ChatCompletionTool} */
const weatherTool = { type: 'function', function: weather };

await step('demo', async () => {
  await example('one answer', oneAnswer);
  await example('two choices', twoChoices);
  await example('a tool call', toolCall);
  await example('two tools at once, one of which throws', twoTools);
  await example('a stream', readStream);
  await example('a stream left early', leaveStream);
  await example('busy at first', busyAtFirst);
  await example('overloaded', overloaded);
});

/**
 * Shows one way to use the API, and says how it went.
 *
 * @param {string} name
 * @param {() => Promise<string | null | undefined>} work
 */
async function example(name, work) {
  const outcome = await step(name, work).catch((error) => error);
  console.log(`→ ${name}: ${outcome}`);
}

/**
 * Does something under a span of its own.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function step(name, work) {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

async function oneAnswer() {
  const { choices } = await openai.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: 'Answer in one sentence.' },
      { role: 'user', content: 'What is a trace?' },
    ],
  });
  return choices[0]?.message.content;
}

async function twoChoices() {
  const { choices } = await openai.chat.completions.create({
    model,
    n: 2,
    messages: [{ role: 'user', content: 'Think of a name for a kitten.' }],
  });
  return choices.map(({ message }) => message.content).join(' | ');
}

async function toolCall() {
  /** @type {OpenAI.ChatCompletionMessageParam[]} */
  const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
  const asked = await openai.chat.completions.create({
    model,
    messages,
    tools: [weatherTool],
    tool_choice: { type: 'function', function: { name: 'get_weather' } },
  });
  const message = asked.choices[0]?.message;
  if (!message) return 'no answer';
  messages.push(message);
  for (const { id } of message.tool_calls ?? []) {
    messages.push({ role: 'tool', tool_call_id: id, content: await step('get_weather', getWeather) });
  }
  const { choices } = await openai.chat.completions.create({ model, messages, tools: [weatherTool] });
  return choices[0]?.message.content;
}

async function getWeather() {
  await wait(25);
  return '21 °C, sunny';
}

/** The SDK runs the tools, and asks again with their results; it does not get that far. */
async function twoTools() {
  const runner = openai.chat.completions.runTools({
    model,
    messages: [{ role: 'user', content: 'What are the weather and the time in Paris?' }],
    tools: [
      { type: 'function', function: { ...weather, parse: JSON.parse, function: getWeather } },
      { type: 'function', function: { ...clock, parse: JSON.parse, function: getTime } },
    ],
  });
  return runner.finalContent();
}

async function getTime() {
  await wait(10);
  throw new Error('the clock has stopped');
}

async function readStream() {
  const stream = await openai.chat.completions.create({
    model,
    stream: true,
    messages: [{ role: 'user', content: 'Count slowly: one, two, three, four, five.' }],
  });
  let answer = '';
  for await (const chunk of stream) answer += chunk.choices[0]?.delta.content ?? '';
  return answer;
}

async function leaveStream() {
  const stream = await openai.chat.completions.create({
    model,
    stream: true,
    messages: [{ role: 'user', content: 'Tell a very long story, until you are told to stop.' }],
  });
  let answer = '';
  for await (const chunk of stream) {
    answer += chunk.choices[0]?.delta.content ?? '';
    if (answer.length > 12) break;
  }
  return `${answer.trim()}…`;
}

/** The API turns the first two tries down; the third is answered. */
async function busyAtFirst() {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-flaky',
    messages: [{ role: 'user', content: 'Are you there?' }],
  });
  return choices[0]?.message.content;
}

/** No try is answered. */
async function overloaded() {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-overloaded',
    messages: [{ role: 'user', content: 'Are you there?' }],
  });
  return choices[0]?.message.content;
}
