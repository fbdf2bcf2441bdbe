package dev.catena.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// A specification that says nothing about some drivers, and why; it is skipped there.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(NotOn.Several.class)
@ExtendWith(NotOn.Condition.class)
public @interface NotOn {
    /// The drivers.
    DriverOfTests[] value();

    /// What keeps it from being tried there.
    String why();

    /// More than one reason.
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith(NotOn.Condition.class)
    @interface Several {
        /// The reasons.
        NotOn[] value();
    }

    /// Skips.
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var driver = DriverOfTests.current();
            var place = context.getElement();
            for (var not : AnnotationSupport.findRepeatableAnnotations(place, NotOn.class)) {
                for (var excluded : not.value()) {
                    if (excluded == driver) {
                        return ConditionEvaluationResult.disabled(
                                "not on " + driver + ": " + not.why());
                    }
                }
            }
            return ConditionEvaluationResult.enabled("on " + driver);
        }
    }
}
