/** What the model can do: each tool asks the task server, which `TASKS_URL` names. */

/** @import { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction' */

/** @type {RunnableToolFunctionWithParse<object>} */
const listTasks = {
  type: 'function',
  function: {
    name: 'list_tasks',
    description: 'All tasks of the user',
    parameters: { type: 'object', properties: {} },
    parse: JSON.parse,
    function: () => tasks('GET'),
  },
};

/** @type {RunnableToolFunctionWithParse<{ task: string }>} */
const addToList = {
  type: 'function',
  function: {
    name: 'add_to_list',
    description: 'Adds a task',
    parameters: { type: 'object', properties: { task: { type: 'string' } }, required: ['task'] },
    parse: JSON.parse,
    function: ({ task }) => tasks('POST', task),
  },
};

export const tools = [listTasks, addToList];

/**
 * @param {'GET' | 'POST'} method
 * @param {string} [body]
 */
async function tasks(method, body = undefined) {
  const response = await fetch(`${process.env.TASKS_URL}/tasks`, { method, body: body ?? null });
  if (!response.ok) throw new Error(`The task server says ${response.status}`);
  return response.text();
}
