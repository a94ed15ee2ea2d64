/** For trials: a gateway that charges, and whose answer is lost with this probability. */
export const losingAnswers =
  (share: number, random: () => number = Math.random) =>
  (): void => {
    if (random() < share) throw new Error('The answer of the payment gateway was lost, as PAYMENT_LOST_ANSWERS says');
  };
