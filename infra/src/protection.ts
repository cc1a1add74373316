import { RemovalPolicy } from 'aws-cdk-lib/core';

/** Returns the removal policy of a resource with data. */
export const removalPolicy = (isProtected: boolean): RemovalPolicy =>
  isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
