package dev.catena.spec;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an object of ours keeps alive: the objects of Catena that can be reached from it, counted by class. Collections
/// are looked into; threads are not.
public final class Reachable {
    private Reachable() {}

    /// How many of each class.
    public static Map<String, Integer> from(Object root) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        var counts = new TreeMap<String, Integer>();
        var todo = new ArrayDeque<Object>(List.of(root));
        while (!todo.isEmpty()) {
            var object = todo.pop();
            if (seen.add(object)) {
                if (isOurs(object.getClass())) {
                    counts.merge(object.getClass().getName(), 1, Integer::sum);
                }
                todo.addAll(neighbours(object));
            }
        }
        return counts;
    }

    private static List<Object> neighbours(Object object) {
        var found = new ArrayList<@Nullable Object>();
        if (object instanceof Object[] array) {
            Collections.addAll(found, array);
        } else if (object instanceof Collection<?> collection) {
            found.addAll(collection);
        } else if (object instanceof Map<?, ?> map) {
            found.addAll(map.keySet());
            found.addAll(map.values());
        } else if (isOurs(object.getClass())) {
            for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
                fields(type).forEach(field -> found.add(value(field, object)));
            }
        }
        var present = new ArrayList<Object>();
        for (var one : found) {
            if (one != null && !(one instanceof Thread)) {
                present.add(one);
            }
        }
        return present;
    }

    private static List<Field> fields(Class<?> type) {
        return isOurs(type)
                ? List.of(type.getDeclaredFields()).stream()
                        .filter(field -> !Modifier.isStatic(field.getModifiers()))
                        .filter(field -> !field.getType().isPrimitive())
                        .toList()
                : List.of();
    }

    private static @Nullable Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("dev.catena.");
    }
}
