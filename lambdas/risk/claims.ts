/** Who was first with an order id, over all users: their states are written apart, so none of them can tell. */
export interface Claims {
  /**
   * Claims an order id for a body, unless another body has it.
   *
   * @returns whether the body has it now.
   */
  claim(orderId: string, digest: string): Promise<boolean>;
}
