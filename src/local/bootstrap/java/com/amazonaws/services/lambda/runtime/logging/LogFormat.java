package com.amazonaws.services.lambda.runtime.logging;

import java.util.Locale;

public enum LogFormat {
    JSON,
    TEXT;

    public static LogFormat fromString(String logFormat) {
        try {
            return LogFormat.valueOf(logFormat.toUpperCase(Locale.ROOT));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "Invalid log format: '" + logFormat + "' expected one of [JSON, TEXT]");
        }
    }
}
