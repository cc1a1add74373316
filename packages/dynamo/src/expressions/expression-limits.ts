/** DynamoDB's limits of one expression. */
export const maxExpressionBytes = 4096;
const maxOperators = 300;

/** @throws TypeError over DynamoDB's limits. @param option in which the caller gave the conditions */
export function checkExpressionLimits(expression: string, option: 'if' | 'filter'): void {
  const bytes = Buffer.byteLength(expression);
  if (bytes <= maxExpressionBytes && expression.length < maxOperators) return; // too short for so many operators
  const operators = expression.match(/AND|OR|NOT|BETWEEN|IN|<>|<=?|>=?|=|\w+\(/g)?.length ?? 0;
  if (bytes <= maxExpressionBytes && operators <= maxOperators) return;
  throw new TypeError(
    `The conditions of \`${option}\` make an expression of ${bytes} bytes and ${operators} operators, the model's own included; DynamoDB accepts 4,096 bytes and 300 operators: test fewer attributes`,
  );
}
