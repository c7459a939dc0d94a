/** The time by which dates on cards are judged. */
export interface JudgedTime {
  /** Ms since 1970 UTC: the city's time where it was heard, else the laptop's. */
  readonly ms: number;
  /** False while the laptop's clock is known to be wrong and nobody has said by how much. */
  readonly isTrusted: boolean;
}
