const OpenAI = require('openai');
const { exercise, options } = require('./exercise.cjs');

const client = new OpenAI(options);
if (process.env.TRACED) require('./telemetry.cjs');
exercise('late', client);
