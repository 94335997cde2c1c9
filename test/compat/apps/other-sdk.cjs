const { exercise } = require('./other-sdk-exercise.cjs');

exercise(require(String(process.env.OTHER_SDK)));
