import { App } from 'aws-cdk-lib/core';

/**
 * Returns an app of the CDK. Templates are checked against the schemas of CloudFormation, and a problem ends the
 * synthesis. Nothing is looked up in an account, so it works without a network.
 */
export const newApp = (outdir?: string): App =>
  new App({
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    context: {
      '@aws-cdk/core:validateAgainstDefaultRules': true,
      '@aws-cdk/core:strictCfnValidateErrors': true,
      '@aws-cdk/aws-iam:minimizePolicies': false, // the policies of the table stay as they are generated
      // exports in use would keep a stage from switching to a restored table, or from removing a program; data is kept by its own policies
      '@aws-cdk/core:defaultCrossStackReferences': 'weak',
      '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
      '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
      '@aws-cdk/aws-apigatewayv2:corsPreflightDefaultAllowHeaders': false,
    },
  });
