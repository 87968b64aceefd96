package lambdakit.runtime.json;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A number as it was written, so that the reader loses no digits before the target type is known. */
final class JsonNumber extends Number {
    private static final long serialVersionUID = 1L;

    private final String text;

    JsonNumber(String text) {
        this.text = text;
    }

    /** The smallest of Integer, Long and BigInteger, or a Double. */
    Number natural() {
        boolean isWhole = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        if (!isWhole) return Double.valueOf(text);
        BigInteger value = new BigInteger(text);
        if (value.bitLength() < 32) return value.intValue();
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }

    BigDecimal decimal() {
        return new BigDecimal(text);
    }

    @Override
    public int intValue() {
        return decimal().intValue();
    }

    @Override
    public long longValue() {
        return decimal().longValue();
    }

    @Override
    public float floatValue() {
        return Float.parseFloat(text);
    }

    @Override
    public double doubleValue() {
        return Double.parseDouble(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
