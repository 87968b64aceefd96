/** The account of the local service: the one that local stand-ins for AWS have by custom, SQS's, SNS's and S3's among them. */
export const LOCAL_ACCOUNT_ID = '000000000000';
