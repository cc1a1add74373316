export { type BundledPackage, type BundleOptions, bundleLambda, type LambdaBundle } from './bundle-lambda.js';
