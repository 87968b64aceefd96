export { LambdakitError } from './errors/lambdakit-error.js';
