package dev.catena.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// A specification of threads that a loop schedules itself: it is skipped, and says why, on a JVM without `--add-opens`, where the
/// JDK schedules them.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LoopThreads.Condition.class)
public @interface LoopThreads {
    /// What it is about that only they have.
    String why();

    /// Skips.
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var needed = AnnotationSupport.findAnnotation(context.getElement(), LoopThreads.class);
            return needed.isPresent() && !Scheduling.isTheLoops()
                    ? ConditionEvaluationResult.disabled(
                            "not on the scheduler of the JDK: " + needed.get().why())
                    : ConditionEvaluationResult.enabled(
                            "threads of loops: " + Scheduling.isTheLoops());
        }
    }
}
