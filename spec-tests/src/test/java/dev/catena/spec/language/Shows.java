package dev.catena.spec.language;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a test that asks the real kernel to do an operation, and looks from outside whether it did what the operation says.
/// [EveryOperationTest] finds the operations that have none.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Shows {
    /// The operations shown.
    Class<?>[] value();
}
