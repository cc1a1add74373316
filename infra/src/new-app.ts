import { App } from 'aws-cdk-lib/core';

/**
 * Returns a CDK app. The synthesis fails if a template violates the schemas of CloudFormation. It looks nothing up in
 * an account, so it works without a network.
 */
export const newApp = (outdir?: string): App =>
  new App({
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    context: {
      '@aws-cdk/core:validateAgainstDefaultRules': true,
      '@aws-cdk/core:strictCfnValidateErrors': true,
      '@aws-cdk/aws-iam:minimizePolicies': false, // keeps the generated policies of the table unchanged
      // stack exports in use would block the switch to a restored table, or the removal of a program; removal policies
      // protect the data
      '@aws-cdk/core:defaultCrossStackReferences': 'weak',
      '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
      '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
      '@aws-cdk/aws-apigatewayv2:corsPreflightDefaultAllowHeaders': false,
    },
  });
