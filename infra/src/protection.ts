import { RemovalPolicy } from 'aws-cdk-lib/core';

/** Returns what becomes of a resource that its stack no longer has. */
export const removalPolicy = (isProtected: boolean): RemovalPolicy =>
  isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
