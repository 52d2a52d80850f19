namespace OrleansTasks;

/// <summary>
/// Says that the methods of an interface are tasks: a contract, in an assembly that web servers and silos share. Web servers get a typed client from it,
/// <c>client.Tasks.SendMail.RunAsync(…)</c>; a silo has a class that implements the interface, and <c>tasks.AddGenerated()</c> defines each of its methods.
/// </summary>
/// <remarks>
/// A method is called by the name of its <see cref="TaskAttribute"/>, or by its own in small letters with hyphens and without <c>Async</c>: <c>SendMailAsync</c> is
/// <c>send-mail</c>. The class is made for each run from the run's scope; its methods may have schedules and other attributes of their own.
/// </remarks>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class TaskContractAttribute : Attribute;
