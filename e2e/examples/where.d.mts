export declare function whereIsLongwire(): {
  readonly control: string;
  readonly service: string;
  readonly apiKey: string;
};
