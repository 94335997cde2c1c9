const OpenAI = require('openai');
const { exercise, options } = require('./exercise.cjs');

exercise('cjs', new OpenAI(options));
