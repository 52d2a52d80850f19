namespace OrleansTasks;

/// <summary>
/// Specifies that the methods of an interface are tasks. The interface is a contract in an assembly that web servers and silos share. Web
/// servers get a typed client from it, <c>client.Tasks.SendMail.RunAsync(…)</c>. On a silo, a class implements the interface, and
/// <c>tasks.AddGenerated()</c> defines each of its methods as a task.
/// </summary>
/// <remarks>
/// The task of a method has the name in its <see cref="TaskAttribute"/>, or else the method's name in lowercase with hyphens and without
/// <c>Async</c>: <c>SendMailAsync</c> is <c>send-mail</c>. The class is created from the run's scope for each run. Its methods may have
/// their own schedules and other attributes.
/// </remarks>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class TaskContractAttribute : Attribute;
