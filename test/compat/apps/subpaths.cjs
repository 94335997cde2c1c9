const { AzureOpenAI } = require('openai/azure');
const { OpenAI } = require('openai/client');
const { azureOptions, exercise, options } = require('./exercise.cjs');

exercise('openai/client', new OpenAI(options)).then(() => exercise('openai/azure', new AzureOpenAI(azureOptions)));
