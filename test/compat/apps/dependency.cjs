const { OpenAI } = require('openai');
const { exercise, options } = require('./exercise.cjs');

/** A library that brings the CommonJS copy of the SDK into the process, as LangChain does. */
exports.ask = () => exercise('dependency', new OpenAI(options));
