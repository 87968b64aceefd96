package lambdakit.runtime;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loads the function's classes: the deployment package as a folder of classes, its lib/*.jar, then
 * java/lib/*.jar of the layers, jars in the order of their names (Lambda developer guide, Java). Its
 * parent brings the interfaces of this runtime, which win over copies in the package.
 */
final class FunctionClassLoader extends URLClassLoader {
    FunctionClassLoader(String taskRoot, String opt) throws MalformedURLException {
        super(urls(taskRoot, opt), FunctionClassLoader.class.getClassLoader());
    }

    private static URL[] urls(String taskRoot, String opt) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        urls.add(new File(taskRoot).toURI().toURL());
        addJars(urls, new File(taskRoot, "lib"));
        addJars(urls, new File(opt, "java/lib"));
        return urls.toArray(new URL[0]);
    }

    private static void addJars(List<URL> urls, File folder) throws MalformedURLException {
        String[] names = folder.list((parent, name) -> name.length() > 4 && name.endsWith(".jar"));
        if (names == null) return;
        Arrays.sort(names);
        for (String name : names) urls.add(new File(folder, name).toURI().toURL());
    }
}
