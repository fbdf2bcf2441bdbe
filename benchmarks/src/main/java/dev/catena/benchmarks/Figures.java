package dev.catena.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/// Numbers, and how they are written.
final class Figures {
    private Figures() {}

    static double median(double... values) {
        return quantile(0.5, values);
    }

    /// The value that this part of all is at or below.
    static double quantile(double part, double... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
    }

    /// The median of the ratios of two contenders within each round.
    static double medianRatio(double[] ours, double[] theirs) {
        var ratios = new double[ours.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours[i] / theirs[i];
        }
        return median(ratios);
    }

    static String write(double value) {
        var pattern = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }

    /// The processor time that this process has used, in nanoseconds.
    static long cpuNanos() {
        var system =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    /// The bytes of the heap that are in use, all garbage collected.
    static long heapBytes() {
        long before;
        long after = Long.MAX_VALUE;
        do {
            before = after;
            System.gc();
            after = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        } while (after < before - 100_000);
        return after;
    }
}
